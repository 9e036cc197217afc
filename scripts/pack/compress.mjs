import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** What becomes smaller; pictures are compressed already. */
const TEXTS = /\.(js|css|html|svg|json|map|txt)$/
const BYTES_MIN = 1_024 // below it the headers are most of what is sent

/** Writes `.gz` and `.br` beside each text of the folder, for servers that send them as they are. Gives how many files have them. */
export async function compressTexts(folder) {
  const files = readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, name))
    .filter((file) => TEXTS.test(file) && statSync(file).size >= BYTES_MIN)
  await Promise.all(files.map(compress))
  return files.length
}

async function compress(file) {
  const text = readFileSync(file)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
  writeFileSync(`${file}.gz`, await promisify(gzip)(text, { level: 9 }))
  writeFileSync(`${file}.br`, await promisify(brotliCompress)(text, { params }))
}
