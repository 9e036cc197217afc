import { notifications } from '@mantine/notifications'
import { textOf } from './trouble.tsx'

/** A short word at the page's edge, for what went wrong where no part of the page can say it. */
export function sayTrouble(error: unknown): void {
  notifications.show({ title: 'That did not work', message: textOf(error), color: 'red', autoClose: 12_000 })
}
