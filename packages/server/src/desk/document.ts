import { tell } from '../keep/queue/topics.ts'
import type { Tables } from '../keep/store/store.ts'
import type { PlanAnswer } from '../wire/document.ts'
import { DocumentShell } from '../wire/document.ts'
import { findingsOf } from '../wire/findings.ts'
import { audit } from './audit.ts'
import { breathe } from './breathe.ts'
import type { Asker, ConfigDesk } from './desk.ts'
import { applyEntries } from './document/entries.ts'
import { prune } from './document/prune.ts'
import { type DocumentWork, newWork } from './document/work.ts'
import { badInput } from './resources.ts'

/** A configuration document, and whether what it leaves out is to go. */
export interface DocumentRequest {
  document: unknown
  prune?: boolean
}

/** Ends a transaction whose changes are not wanted. */
class NotKept extends Error {
  readonly answer: PlanAnswer
  constructor(answer: PlanAnswer) {
    super('planned only')
    this.answer = answer
  }
}

/**
 * What `applyDocument` would change: it is applied and not kept, so that a plan can't differ from the deed. Throws `bad-input` with
 * everything that is wrong.
 */
export async function planDocument(desk: ConfigDesk, request: DocumentRequest): Promise<PlanAnswer> {
  try {
    return await desk.store.transaction(async (tables) => {
      throw new NotKept((await work(desk, tables, request)).answer)
    })
  } catch (thrown) {
    if (thrown instanceof NotKept) return thrown.answer
    throw thrown
  }
}

/** Makes the installation what the document says, in one transaction; throws `bad-input` with everything that is wrong. */
export async function applyDocument(desk: ConfigDesk, asker: Asker, request: DocumentRequest): Promise<PlanAnswer> {
  const answer = await desk.store.transaction(async (tables) => {
    const { answer, notes, now } = await work(desk, tables, request)
    for (const [index, note] of notes.entries()) {
      await breathe(index)
      await audit(tables, asker, { ...note, at: now })
    }
    return answer
  })
  if (answer.changes.length > 0) tell(desk.queue, 'config.changed', { who: asker.who })
  return answer
}

async function work(desk: ConfigDesk, tables: Tables, request: DocumentRequest): Promise<DocumentWork> {
  const findings = findingsOf(DocumentShell, request.document)
  if (findings.length > 0) throw badInput('The document', findings)
  const document = request.document as Record<string, unknown>
  const done = await newWork(desk, tables)
  await applyEntries(done, document)
  if (done.findings.length > 0) throw badInput('The document', done.findings)
  await prune(done, { remove: request.prune ?? false })
  return done
}
