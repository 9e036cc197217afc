import { type Action, actionTypes } from '../../model/action.ts'
import { actionAnswer, actionBody, readAction } from '../../wire/convert/actions.ts'
import * as wire from '../../wire/resources.ts'
import { kind, named } from './kind.ts'

export const actions = kind<Action, typeof wire.ActionBody>({
  name: 'actions',
  path: 'actions',
  noun: 'action',
  tableOf: (tables) => tables.actions,
  body: wire.ActionBody,
  bodyBytesMax: 12 * 1_048_576, // 8 MiB of modules as base64, and the manifest
  answer: wire.Action,
  needs: ['counters', 'sshProfiles', 'jvmProfiles', 'ec2Profiles'],
  read: readAction,
  bodyOf: actionBody,
  answers: async (rows, show) => rows.map((row) => actionAnswer(row, show)),
  exclusive: actionTypes,
  usedBy: async ({ id }, tables) =>
    named('trigger', await tables.triggers.list(), (trigger) =>
      trigger.actions.some(({ actionId }) => actionId === id),
    ),
})
