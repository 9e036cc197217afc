import type { Schedule } from '../../model/schedule.ts'
import { readSchedule, scheduleAnswer, scheduleBody } from '../../wire/convert/schedules.ts'
import * as wire from '../../wire/resources.ts'
import { kind } from './kind.ts'

export const schedules = kind<Schedule, typeof wire.ScheduleBody>({
  name: 'schedules',
  path: 'schedules',
  noun: 'schedule',
  tableOf: (tables) => tables.schedules,
  body: wire.ScheduleBody,
  answer: wire.Schedule,
  needs: ['clusters', 'triggers'],
  read: readSchedule,
  bodyOf: scheduleBody,
  answers: async (rows, show) => rows.map((row) => scheduleAnswer(row, show)),
  usedBy: async () => [],
})
