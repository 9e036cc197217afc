import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file that is appended to and, when full, renamed to `.1`, what was `.1` to `.2`, …, the oldest dropped. */
export class RotatedFile {
  readonly #folder: string
  readonly #path: string
  readonly #fileBytesMax: number
  readonly #filesMax: number
  #handle: FileHandle | undefined
  #bytes = 0

  constructor(options: { folder: string; name: string; fileBytesMax: number; filesMax: number }) {
    this.#folder = options.folder
    this.#path = join(options.folder, options.name)
    this.#fileBytesMax = options.fileBytesMax
    this.#filesMax = options.filesMax
  }

  /** Writes all of the text or, where it throws, none of it. One call at a time. */
  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    const handle = await this.#fileFor(bytes.length)
    try {
      for (let written = 0; written < bytes.length; )
        written += (await handle.write(bytes, written, bytes.length - written, null)).bytesWritten
    } catch (thrown) {
      await this.#takeBack(handle)
      throw thrown
    }
    this.#bytes += bytes.length
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  async #fileFor(bytes: number): Promise<FileHandle> {
    this.#handle ??= await this.#open()
    if (this.#bytes === 0 || this.#bytes + bytes <= this.#fileBytesMax) return this.#handle
    await this.close()
    await this.#rotate()
    this.#handle = await this.#open()
    return this.#handle
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true })
    const handle = await open(this.#path, 'a')
    this.#bytes = (await handle.stat()).size
    return handle
  }

  async #rotate(): Promise<void> {
    for (let n = this.#filesMax - 1; n >= 1; n--) {
      const from = n === 1 ? this.#path : `${this.#path}.${n - 1}`
      if (await stat(from).catch(() => undefined)) await rename(from, `${this.#path}.${n}`)
    }
  }

  /** Half a line would spoil the next one. The handle is opened anew: it may be what is broken. */
  async #takeBack(handle: FileHandle): Promise<void> {
    await handle.truncate(this.#bytes).catch(() => undefined)
    await this.close().catch(() => undefined)
  }
}
