import { TscalerError } from '../../model/problem.ts'
import { documentBytesMax } from './document-file/outside.ts'
import type { Input } from './io.ts'

/** All that comes by stdin, as text; throws `bad-input` where it is larger than any document. */
export async function readStdin(stdin: Input): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > documentBytesMax)
      throw new TscalerError(
        'bad-input',
        `What came by stdin is larger than ${documentBytesMax} bytes, the most that a document may be.`,
      )
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
