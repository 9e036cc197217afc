/** The words of a command line, or what is wrong with it. */
export type Words = { ok: true; words: string[] } | { ok: false; message: string }

/**
 * Splits a command line into words as sh does, and does no more: quotes and backslashes group, everything else is text. No
 * variables, no patterns, no operators: what looks like one is part of a word.
 */
export function splitWords(line: string): Words {
  const words: string[] = []
  let word: string | undefined
  let quote: '"' | "'" | undefined
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string
    if (quote === "'") {
      if (char === "'") quote = undefined
      else word = (word ?? '') + char
    } else if (char === '\\') {
      const next = line[++i]
      if (next === undefined)
        return { ok: false, message: 'ends with a backslash; write what should follow it, or \\\\.' }
      // In double quotes a backslash stands for itself unless it protects one of these.
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next)
    } else if (quote === '"') {
      if (char === '"') quote = undefined
      else word = (word ?? '') + char
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + char
  }
  if (quote) return { ok: false, message: `has a ${quote} that is not closed; close it.` }
  if (word !== undefined) words.push(word)
  return { ok: true, words }
}
