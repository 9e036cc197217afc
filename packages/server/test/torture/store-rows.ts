import Database from 'better-sqlite3'

/** What the store says of machines and of the work on them. */
export interface StoreRows {
  launches: { token: string; state: string; vmId: string | null; nodeId: number; runId: number; createdAt: number }[]
  nodes: { id: number; name: string; state: string; instanceId: string | null }[]
  runs: { id: number; state: string; note: string | null }[]
  tasks: {
    id: number
    runId: number
    n: number
    type: string
    nodeName: string | null
    state: string
    attempts: number
    error: string | null
  }[]
  /** Runs that hold their cluster. */
  active: number[]
}

/** Reads the store's file by itself, whether or not tscaler has it open. Changes nothing. */
export function readStore(file: string): StoreRows {
  const db = new Database(file, { readonly: true })
  try {
    // One moment for all of them.
    return db.transaction(() => ({
      launches: all<StoreRows['launches'][number]>(
        db,
        'select token, state, vm_id as vmId, node_id as nodeId, run_id as runId, created_at as createdAt from launches order by id',
      ),
      nodes: all<StoreRows['nodes'][number]>(
        db,
        'select id, name, state, instance_id as instanceId from nodes where ec2_profile_id is not null order by id',
      ),
      runs: all<StoreRows['runs'][number]>(db, 'select id, state, note from runs order by id'),
      tasks: all<StoreRows['tasks'][number]>(
        db,
        'select tasks.id, tasks.run_id as runId, steps.n, steps.type, node_name as nodeName, tasks.state, attempts, error from tasks join steps on steps.id = step_id order by tasks.id',
      ),
      active: all<{ runId: number }>(db, 'select run_id as runId from active_runs').map(({ runId }) => runId),
    }))()
  } finally {
    db.close()
  }
}

function all<Row>(db: Database.Database, query: string): Row[] {
  return db.prepare<[], Row>(query).all()
}
