import path from 'node:path'
import { TscalerError } from '../../../model/problem.ts'
import type { CliIo } from '../io.ts'
import { readStdin } from '../read-stdin.ts'
import { documentBytesMax, inFolder, outsideOf, readFile } from './outside.ts'
import { Places } from './places.ts'
import { cantBeUsed, type SourceFile } from './source-file.ts'
import { readYaml, syntaxFindings } from './yaml-text.ts'

/** Reads the YAML file of that name, `-` being stdin; throws `bad-input` with every line whose syntax is wrong. */
export async function readDocumentFile(
  given: string,
  { stdin, environment, cwd }: Pick<CliIo, 'stdin' | 'environment' | 'cwd'>,
): Promise<SourceFile> {
  const name = given === '-' ? 'stdin' : given
  const file = inFolder(cwd, given, environment.HOME)
  const text = given === '-' ? await readStdin(stdin) : textOf(file)
  const places = new Places((line) => `${name}:${line}`)
  const outside = outsideOf({ folder: given === '-' ? cwd : path.dirname(file), environment })
  const read = readYaml(text, { places, outside })
  if ('syntax' in read) throw cantBeUsed(name, syntaxFindings(name, read.syntax))
  if (read.value === undefined) throw cantBeUsed(name, places.inFile(read.findings))
  return { name, document: read.value, findings: read.findings, inFile: (findings) => places.inFile(findings) }
}

function textOf(file: string): string {
  const read = readFile(file, documentBytesMax)
  if ('text' in read) return read.text
  throw new TscalerError('bad-input', `The configuration file: ${read.message} Name one with -f FILE.`)
}
