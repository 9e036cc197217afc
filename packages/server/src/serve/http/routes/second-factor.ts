import { beginFactor, confirmFactor, factorState, removeFactor } from '../../../desk/second-factor.ts'
import * as people from '../../../wire/people.ts'
import { askerOn } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'
import { renewSession } from './session-cookie.ts'

/** One's own second factor: set up, confirmed by a first code, taken away. */
export function secondFactorRoutes(app: App, desk: ServerDesk): void {
  const [config, tags] = [{ access: 'none' } as const, ['session']]
  const url = '/session/second-factor'
  app.get(url, { config, schema: { tags, response: { 200: people.SecondFactor } } }, (request) =>
    factorState(desk, askerOn(request)),
  )
  const begin = { tags, body: people.BeginFactorBody, response: { 201: people.BegunFactor } }
  app.post(url, { config, schema: begin }, async (request, reply) => {
    const { password } = request.body
    const begun = await beginFactor(desk, askerOn(request), { password, address: request.ip })
    reply.code(201).header('cache-control', 'no-store')
    return begun
  })
  const confirm = { tags, body: people.ConfirmFactorBody, response: { 200: people.RecoveryCodes } }
  app.post(`${url}/confirm`, { config, schema: confirm }, async (request, reply) => {
    const { code } = request.body
    const { recoveryCodes, user } = await confirmFactor(desk, askerOn(request), { code, address: request.ip })
    // All sessions of before, which knew no second factor, have ended; this browser goes on.
    await renewSession(desk, request, reply, user)
    reply.header('cache-control', 'no-store')
    return { recoveryCodes }
  })
  app.post(`${url}/remove`, { config, schema: { tags, body: people.RemoveFactorBody } }, async (request, reply) => {
    await removeFactor(desk, askerOn(request), { ...request.body, address: request.ip })
    return reply.code(204).send()
  })
}
