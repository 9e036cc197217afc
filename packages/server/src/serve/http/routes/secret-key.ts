import { Type } from 'typebox'
import { rotateSecrets } from '../../../desk/rotate-secrets.ts'
import { body } from '../../../wire/schema.ts'
import * as wire from '../../../wire/watching.ts'
import { askerOn } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'
import { orNothing } from './parts.ts'

const RotateBody = body({
  forgetOlder: Type.Optional(
    Type.Boolean({ description: 'Make no new key: forget the older ones, once nothing stored needs them.' }),
  ),
})

/** The key that opens stored secrets. */
export function secretKeyRoutes(app: App, desk: ServerDesk): void {
  const schema = { tags: ['secrets'], body: orNothing(RotateBody), response: { 200: wire.Rotated } }
  app.post('/secret-key/rotate', { config: { access: 'admin' }, schema }, (request) =>
    rotateSecrets(desk, askerOn(request), { forgetOlder: request.body?.forgetOlder ?? false }),
  )
}
