/** The one form of names: a letter, then up to 62 of letters, digits, `.`, `_`, `-`. Unique by kind over the installation. */
export const namePattern = '^[A-Za-z][A-Za-z0-9._-]{0,62}$'

const name = new RegExp(namePattern)

/** Whether the text may be a name. */
export function isName(text: string): boolean {
  return name.test(text)
}

/** Where names stand in answers. */
export interface Reference {
  id: number
  name: string
}
