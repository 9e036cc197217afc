import { type Cluster, clusterDefaults } from '../../model/cluster.ts'
import { formatDuration } from '../../model/duration.ts'
import type * as wire from '../resources.ts'
import type { Ref } from '../schema.ts'
import type { Reader } from './read.ts'
import { instantOrNull, type Show, stored } from './show.ts'
import type { Values } from './values.ts'

const dayMs = 86_400_000

/** A cluster as a body writes it. */
export function clusterBody<R>(row: Cluster, show: Show<R>) {
  return {
    name: row.name,
    min: row.min,
    max: row.max,
    cooldown: formatDuration(row.cooldownMs),
    warmUp: formatDuration(row.warmUpMs),
    counters: row.counterIds.map((id) => show.ref('counters', id)),
  }
}

/** `size`: its nodes from planned to draining. */
export function clusterAnswer(row: Cluster, show: Show<Ref>, size: number): wire.Cluster {
  return { ...stored(row), ...clusterBody(row, show), pausedUntil: instantOrNull(row.pausedUntil), size }
}

export function readCluster(body: wire.ClusterBody, reader: Reader, before?: Cluster): Values<Cluster> {
  const row = {
    name: body.name,
    min: body.min ?? Math.min(clusterDefaults.min, body.max ?? clusterDefaults.min),
    max: body.max ?? clusterDefaults.max,
    cooldownMs: reader.duration(body.cooldown, 'cooldown', {
      defaultMs: clusterDefaults.cooldownMs,
      minMs: 0,
      maxMs: dayMs,
    }),
    warmUpMs: reader.duration(body.warmUp, 'warmUp', { defaultMs: clusterDefaults.warmUpMs, minMs: 0, maxMs: dayMs }),
    counterIds: reader.refs('counters', body.counters, 'counters'),
    pausedUntil: before?.pausedUntil ?? null,
  }
  if (row.max !== null && row.max < row.min) {
    reader.wrong(reader.path('max'), `got ${row.max}, expected at least min (${row.min})`)
  }
  return row
}
