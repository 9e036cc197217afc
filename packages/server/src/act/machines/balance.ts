import type { Balancer } from '../../reach/cloud/cloud.ts'
import { patiently, until, type Waiting } from './patiently.ts'

/** Puts the machine into each load balancer. */
export async function register(waiting: Waiting, balancers: readonly Balancer[], vmId: string): Promise<void> {
  for (const balancer of balancers) {
    await patiently(waiting, (signal) => balancer.register(vmId, signal))
    waiting.log(`${vmId} is in ${balancer.name}`, 'note')
  }
}

/** Waits until each load balancer sends it requests. */
export async function untilInService(waiting: Waiting, balancers: readonly Balancer[], vmId: string): Promise<void> {
  for (const balancer of balancers) {
    let said = ''
    await until(waiting, async () => {
      const found = (await patiently(waiting, (signal) => balancer.health(signal))).get(vmId)
      const text = found ? `${found.health}${found.text ? ` (${found.text})` : ''}` : 'not in it'
      if (said !== text) waiting.log(`${balancer.name}: ${vmId} is ${text}`, 'note')
      said = text
      return found?.health === 'in-service' ? true : undefined
    })
  }
}

/** Takes the machine out of each, and waits until its connections have ended, as each load balancer says. */
