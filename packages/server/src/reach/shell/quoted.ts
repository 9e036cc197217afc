/** The text as one word of POSIX sh, whatever it holds but NUL, which no shell text can hold. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
