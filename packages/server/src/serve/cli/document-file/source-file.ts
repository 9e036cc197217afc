import { type Finding, TscalerError } from '../../../model/problem.ts'

/** A configuration document with the lines that it came from. */
export interface SourceFile {
  /** As messages show it. */
  name: string
  /** Ready to send: what it names outside itself is in it. */
  document: unknown
  /** What is wrong already, such as a file that is missing; paths are the document's. */
  findings: readonly Finding[]
  /** The same findings with the file's lines: `tscaler.yaml:14 counters[1].period`. */
  inFile(findings: readonly Finding[]): Finding[]
}

export const defaultFile = 'tscaler.yaml'

/** That the file can't be used, with everything that is wrong. */
export function cantBeUsed(name: string, findings: readonly Finding[]): TscalerError {
  return new TscalerError('bad-input', `${name} can't be used as it is. Nothing was changed.`, { findings })
}
