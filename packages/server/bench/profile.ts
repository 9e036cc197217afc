import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'

/** Runs `use`; where `file` is named, with a CPU profile of this thread written to it. */
export async function profiled<Result>(file: string | null, use: () => Promise<Result>): Promise<Result> {
  if (file === null) return await use()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  const result = await use()
  const { profile } = await session.post('Profiler.stop')
  await writeFile(file, JSON.stringify(profile))
  session.disconnect()
  return result
}
