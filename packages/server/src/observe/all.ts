import type { SourceId } from '../model/counter.ts'
import { jmx } from './jmx/jmx.ts'
import type { Source } from './source.ts'
import { ssh } from './ssh/ssh.ts'

/** Every source there is, by id. A new one is a folder and a line here. */
export const sources: Readonly<Partial<Record<SourceId, Source>>> = { ssh, jmx }
