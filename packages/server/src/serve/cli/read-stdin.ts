import { TscalerError } from '../../model/problem.ts'
import type { Input } from './io.ts'

const stdinBytesMax = 16 * 1_048_576 // the largest document that the server takes

/** All that comes by stdin, as text; throws `bad-input` where it is larger than any document. */
export async function readStdin(stdin: Input): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > stdinBytesMax)
      throw new TscalerError(
        'bad-input',
        `What came by stdin is larger than ${stdinBytesMax} bytes, the most that a document may be.`,
      )
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
