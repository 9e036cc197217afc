import { ApiError } from '../wire/api-error.ts'
import type { Form } from '../wire/form.ts'

/** One page of a list and the token of the next one. */
export interface Page<Item> {
  items: Item[]
  nextToken: string | undefined
}

/** Cuts `all` by `MaxResults` and `NextToken`; without MaxResults everything from the token on. */
export function readPage<Item>(form: Form, all: readonly Item[]): Page<Item> {
  const size = form.count('MaxResults')
  if (size !== undefined && (size < 5 || size > 1_000)) {
    const message = `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`
    throw new ApiError('InvalidParameterValue', message)
  }
  const from = offsetOf(form.text('NextToken'))
  const to = size === undefined ? all.length : from + size
  return { items: all.slice(from, to), nextToken: to < all.length ? tokenOf(to) : undefined }
}

function tokenOf(offset: number): string {
  return Buffer.from(`next:${offset}`).toString('base64url')
}

function offsetOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0
  const match = /^next:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())
  if (match === null) throw new ApiError('InvalidNextToken', `The token '${token}' is invalid`)
  return Number(match[1])
}
