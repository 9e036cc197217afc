import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe } from 'vitest'
import { balancersConform, machinesConform } from '../cloud.conformance.ts'
import { cloudOf, openRack, orderOf } from './program.fixture.ts'

const { skip } = requirePart('python3')

async function open() {
  const machines = Object.fromEntries(['a', 'b', 'c', 'd'].map((name, n) => [name, { host: `10.0.0.${n + 1}` }]))
  const rack = await openRack(machines)
  return {
    cloud: cloudOf(rack.command).cloud,
    order: orderOf,
    unknownId: 'nowhere.1',
    tellsHostKeys: true,
    names: { loadBalancers: [], targetGroups: [] },
    close: rack.close,
  }
}

describe.skipIf(skip)('the example of a rack', () => {
  machinesConform(open)
  balancersConform(open)
})
