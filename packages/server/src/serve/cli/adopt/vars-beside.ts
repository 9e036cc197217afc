import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { parseDocument } from 'yaml'
import { readFile } from '../document-file/outside.ts'
import type { VarsBeside } from './ansible.ts'

/** Reads `group_vars/` and `host_vars/` beside an inventory, as Ansible does: `NAME`, `NAME.yml`, `NAME.yaml`, or a folder of such files. */
export function varsBeside(folder: string): VarsBeside {
  const known = new Map<string, ReturnType<VarsBeside>>()
  return (kind, name) => {
    const key = `${kind}_vars/${name}`
    // A name with a slash would lead out of the folder.
    const read =
      known.get(key) ?? (/[/\\]/.test(name) ? { vars: {} } : readAll(filesOf(path.join(folder, `${kind}_vars`), name)))
    known.set(key, read)
    return read
  }
}

function filesOf(folder: string, name: string): string[] {
  const found = ['', '.yml', '.yaml', '.json']
    .map((end) => path.join(folder, `${name}${end}`))
    .filter((file) => kindOf(file) !== undefined)
  return found.flatMap((file) => (kindOf(file) === 'folder' ? filesIn(file) : [file]))
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && /(^[^.]+|\.ya?ml|\.json)$/.test(name))
  return names
    .sort()
    .map((name) => path.join(folder, name))
    .filter((file) => kindOf(file) === 'file')
}

function kindOf(file: string): 'file' | 'folder' | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (!stats) return undefined
  return stats.isDirectory() ? 'folder' : 'file'
}

function readAll(files: readonly string[]): ReturnType<VarsBeside> {
  const vars: Record<string, unknown> = {}
  for (const file of files) {
    const read = readFile(file)
    if ('message' in read) return { vars, message: read.message }
    // An encrypted file may hold nothing that matters here; what is missing is told where it is needed.
    if (read.text.startsWith('$ANSIBLE_VAULT')) continue
    const document = parseDocument(read.text, { prettyErrors: false, logLevel: 'silent' })
    if (document.errors[0]) return { vars, message: `${file} is no YAML: ${document.errors[0].message}.` }
    const value: unknown = document.toJS({ maxAliasCount: 1_000 })
    if (typeof value === 'object' && value !== null) Object.assign(vars, value)
  }
  return { vars }
}
