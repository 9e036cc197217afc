import type { Finding } from '../../../model/problem.ts'

/** Which line of a file each value of it stands on, by its path (`counters[1].period`). */
export class Places {
  readonly #lines = new Map<string, number>()
  readonly #where: (line: number) => string

  /** A line as messages show it, such as `tscaler.yaml:14`. */
  constructor(where: (line: number) => string) {
    this.#where = where
  }

  note(path: string, line: number): void {
    this.#lines.set(path, line)
  }

  /** The line of the value, or of the nearest thing around it that is in the file; 1 for the file itself. */
  lineOf(path: string): number {
    for (let at = path; at !== ''; at = parentOf(at)) {
      const line = this.#lines.get(at)
      if (line !== undefined) return line
    }
    return this.#lines.get('') ?? 1
  }

  /** `tscaler.yaml:14 counters[1].period` in place of `counters[1].period`, in the order of lines. */
  inFile(findings: readonly Finding[]): Finding[] {
    return findings
      .map(({ path, message }) => ({ line: this.lineOf(path), path, message }))
      .sort((a, b) => a.line - b.line)
      .map(({ line, path, message }) => ({ path: `${this.#where(line)}${path === '' ? '' : ` ${path}`}`, message }))
  }
}

function parentOf(path: string): string {
  return path.replace(/(\.[^.[\]]*|\[[^\]]*\]|^[^.[\]]*)$/, '')
}
