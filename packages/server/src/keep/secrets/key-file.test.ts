import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withSmallDisk } from '../small-disk.ts'
import { embeddedKey, readKeyFile } from './key-file.ts'
import { openVault } from './vault.ts'

let root: string
let dataFolder: string
let home: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'tscaler-key-')))
  dataFolder = path.join(root, 'data')
  home = path.join(root, 'home')
  mkdirSync(dataFolder)
  mkdirSync(home)
})

afterEach(() => rmSync(root, { recursive: true }))

const key = (places: { stateHome?: string; home?: string } = { home }) =>
  embeddedKey({ dataFolder, installation: 'ab12', stateHome: places.stateHome, home: places.home })

describe('on the first start a key is made', () => {
  test.each([
    {
      name: 'in XDG_STATE_HOME',
      places: () => ({ stateHome: path.join(root, 'state'), home }),
      file: 'state/tscaler/ab12.key',
    },
    { name: 'in ~/.local/state', places: () => ({ home }), file: 'home/.local/state/tscaler/ab12.key' },
    {
      name: 'in ~/.local/state where XDG_STATE_HOME is relative',
      places: () => ({ stateHome: 'state', home }),
      file: 'home/.local/state/tscaler/ab12.key',
    },
    {
      name: 'in ~/.local/state where XDG_STATE_HOME is empty',
      places: () => ({ stateHome: '', home }),
      file: 'home/.local/state/tscaler/ab12.key',
    },
    { name: 'beside the data folder where HOME is unset', places: () => ({}), file: 'data.key' },
    { name: 'beside the data folder where HOME is empty', places: () => ({ home: '' }), file: 'data.key' },
    { name: 'beside the data folder where HOME is no folder', places: () => ({ home: '/dev/null' }), file: 'data.key' },
    {
      name: 'beside the data folder where HOME is the data folder',
      places: () => ({ home: dataFolder }),
      file: 'data.key',
    },
  ])('$name', ({ places, file }) => {
    const made = key(places())
    expect(made).toMatchObject({ file: path.join(root, file), made: true })
    expect(readFileSync(made.file, 'utf8')).toBe(made.text)
    expect(statSync(made.file).mode & 0o777).toBe(0o600)
  })

  test('of 32 random bytes that a vault takes', () => {
    const { text } = key()
    expect(text).toMatch(/^[0-9a-f]{64}\n$/)
    expect(openVault(text).open(openVault(text).seal('x'))).toBe('x')
  })

  test('and nowhere in the data folder', () => {
    const { text } = key()
    expect(readFileSync(path.join(dataFolder, 'secret-key.path'), 'utf8')).not.toContain(text.trim())
  })
})

describe('on later starts it is found', () => {
  test.each([
    { name: 'as before', places: () => ({ home }) },
    { name: 'with another HOME', places: () => ({ home: root }) },
    { name: 'without HOME', places: () => ({}) },
  ])('$name', ({ places }) => {
    const made = key()
    expect(key(places())).toEqual({ ...made, made: false })
  })

  test('where it lies now, if somebody moved it to one of the usual places', () => {
    const made = key()
    renameSync(made.file, `${dataFolder}.key`)
    expect(key()).toEqual({ text: made.text, file: `${dataFolder}.key`, made: false })
    expect(key({})).toMatchObject({ file: `${dataFolder}.key` })
  })

  test('where a first start was killed before it wrote down the place', () => {
    const made = key()
    rmSync(path.join(dataFolder, 'secret-key.path'))
    expect(key()).toEqual({ ...made, made: false })
  })
})

describe('refusals', () => {
  test('a key that is gone is not replaced by another: it says where it was looked for', () => {
    const made = key()
    rmSync(made.file)
    const places = [made.file, `${dataFolder}.key`].join(', ')
    expect(() => key()).toThrow(
      expect.objectContaining({
        code: 'wrong-secret-key',
        message: `The secret key of data folder ${dataFolder} is gone. It was looked for at ${places}. Put it back there, or set TSCALER_SECRET_KEY_FILE; without it the stored passwords and keys can't be opened. If it is lost, remove ${dataFolder}/secret-key.path and enter them again.`,
      }),
    )
    expect(existsSync(made.file)).toBe(false)
  })

  test('no place to make it in', () => {
    mkdirSync(`${dataFolder}.key.d`)
    const nowhere = { dataFolder: '/proc/self', installation: 'ab12', stateHome: undefined, home: '/dev/null' }
    expect(() => embeddedKey(nowhere)).toThrow(
      expect.objectContaining({
        code: 'data-folder-unusable',
        message: expect.stringMatching(
          /^The secret key can't be made: .*; .*\. Make one of these places writable, or set TSCALER_SECRET_KEY\.$/,
        ),
      }),
    )
  })

  test('a full disk leaves no half key behind', (context) =>
    withSmallDisk(context, async (disk) => {
      dataFolder = path.join(disk.folder, 'data')
      mkdirSync(dataFolder)
      await disk.fill()
      expect(() => key({})).toThrow(expect.objectContaining({ code: 'disk-full' }))
      expect(existsSync(`${dataFolder}.key`)).toBe(false)
      await disk.free()
      expect(key({})).toMatchObject({ made: true })
    }))

  test('a named key file that is not there', () => {
    const file = path.join(root, 'none.key')
    expect(() => readKeyFile(file)).toThrow(
      expect.objectContaining({
        code: 'wrong-secret-key',
        message: expect.stringMatching(/none\.key can't be read \(ENOENT.*\)\. Correct its path or its rights\.$/),
      }),
    )
  })

  test('a named key file is read as it is', () => {
    const file = path.join(root, 'my.key')
    writeFileSync(file, 'text\n')
    expect(readKeyFile(file)).toBe('text\n')
  })
})
