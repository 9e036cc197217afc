/** The parts of javax.management.ObjectName's grammar; a value may be quoted, and hold anything then. */
const property = String.raw`[^,=:*?"\n]+=(?:"(?:\\[\\"*?n]|[^"\\\n])*"|[^,=:"\n]+)`
const objectName = new RegExp(String.raw`^[^:\n]*:(?:\*|${property}(?:,${property})*(?:,\*)?)$`, 'u')

/** Whether the text is an ObjectName, or a pattern of them (`java.lang:type=Memory`, `*:type=Manager,*`). */
export function isObjectName(text: string): boolean {
  return objectName.test(text)
}

/** Whether an ObjectName may match several MBeans: it has `*` or `?` that no quotes and backslashes make plain. */
export function isNamePattern(text: string): boolean {
  return /[*?]/.test(text.replace(/\\[\\"*?n]/g, ''))
}
