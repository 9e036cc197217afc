import type { Desk } from '../../../desk/desk.ts'
import { applyDocument, planDocument } from '../../../desk/document.ts'
import { exportDocument } from '../../../desk/export.ts'
import { Document, PlanAnswer, PlanBody } from '../../../wire/document.ts'
import { askerOn } from '../access.ts'
import type { App } from '../app.ts'

/** A fleet of 10,000 nodes is a file of 3 MB. */
const documentBytesMax = 16 * 1_048_576

/** The configuration as a document: print it, compare with it, make it so. */
export function documentRoutes(app: App, desk: Desk): void {
  const tags = ['configuration']
  const config = { access: 'admin' } as const
  const bodyLimit = documentBytesMax
  app.get('/export', { config: { access: 'viewer' }, schema: { tags, response: { 200: Document } } }, () =>
    exportDocument(desk),
  )
  app.post(
    '/plan',
    { config, bodyLimit, schema: { tags, body: PlanBody, response: { 200: PlanAnswer } } },
    ({ body }) => planDocument(desk, body),
  )
  app.post(
    '/apply',
    { config, bodyLimit, schema: { tags, body: PlanBody, response: { 200: PlanAnswer } } },
    (request) => applyDocument(desk, askerOn(request), request.body),
  )
}
