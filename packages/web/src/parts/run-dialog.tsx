import { Button, Checkbox, Group, Modal, MultiSelect, Select, Stack, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type * as runs from '../../../server/src/wire/runs.ts'
import { ask, listOf, ProblemError, part } from '../api.ts'
import { isDeploying } from '../reckon/trigger-actions.ts'
import { useMay } from './me.ts'
import { PlanView } from './plan-view.tsx'
import { Trouble } from './trouble.tsx'

interface RunDialogProps {
  opened: boolean
  close: () => void
  /** What runs; without it an action is chosen here. */
  trigger?: string
  action?: string
  /** Where; can be changed here, for an action. */
  cluster?: string
  nodes?: readonly string[]
}

/** A run by hand: shows the plan first (which nodes, which steps, in words), then Go. */
export function RunDialog(props: RunDialogProps) {
  const { opened, close, trigger, action } = props
  const title = trigger ? `Run ${trigger} now` : action ? `Run ${action} now` : 'Run an action now'
  return (
    <Modal opened={opened} onClose={close} title={title} size="xl">
      <RunForm {...props} />
    </Modal>
  )
}

function RunForm({ close, trigger, nodes: chosen, ...given }: RunDialogProps) {
  const [action, setAction] = useState<string | null>(given.action ?? null)
  const [cluster, setCluster] = useState<string | null>(given.cluster ?? null)
  const [nodes, setNodes] = useState<string[]>([...(chosen ?? [])])
  const [reason, setReason] = useState('')
  const [force, setForce] = useState(false)
  const what = trigger ? `/triggers/${part(trigger)}` : action ? `/actions/${part(action)}` : null
  const where = { ...(!trigger && cluster ? { cluster } : {}), ...(nodes.length > 0 ? { nodes } : {}) }
  const plan = useQuery({
    queryKey: ['plan', what, where],
    queryFn: ({ signal }) => ask<runs.Plan>('POST', `${what}/execute`, { body: { ...where, dryRun: true }, signal }),
    enabled: what !== null,
    // What it would do now; a minute later it may be something else.
    staleTime: 0,
    gcTime: 0,
  })
  const preview = usePreview(what, where)
  const go = useGo(
    what,
    { ...where, ...(reason.trim() ? { reason: reason.trim() } : {}), ...(force ? { force } : {}) },
    close,
  )
  const refused = plan.data?.refusal ?? null
  return (
    <Stack>
      {!trigger && (
        <WhatAndWhere
          {...{ action, setAction, cluster, setCluster, nodes, setNodes }}
          fixed={given.action !== undefined}
        />
      )}
      {trigger && chosen === undefined && <Nodes cluster={given.cluster ?? null} nodes={nodes} setNodes={setNodes} />}
      <div className="plan-box">
        {what === null && <p className="dim">Choose an action to see what it would do.</p>}
        {plan.error && <PlanTrouble error={plan.error} />}
        {plan.isFetching && !plan.data && <p className="dim late">Planning…</p>}
        {plan.data && <PlanView plan={preview.answer ?? plan.data} isChosen={nodes.length > 0} />}
      </div>
      {plan.data && hasPreview(plan.data) && <PreviewButton preview={preview} />}
      <Textarea
        label="Reason"
        description="For the audit trail; needed where guards are to yield."
        autosize
        maxLength={1_000}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      {refused && <Force force={force} setForce={setForce} />}
      <Trouble error={go.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Back
        </Button>
        <Button
          disabled={!plan.data || (refused !== null && !force) || (force && reason.trim() === '')}
          loading={go.isPending}
          onClick={() => go.mutate()}
        >
          {goText(plan.data)}
        </Button>
      </Group>
    </Stack>
  )
}

/** Types whose targets can say what would change. */
const previewTypes: ReadonlySet<string> = new Set(['osConfiguration'])

function hasPreview({ steps }: runs.Plan): boolean {
  return steps.some(({ type, tasks }) => previewTypes.has(type) && tasks.some(({ node }) => node !== null))
}

/** The plan with what the nodes themselves say to it; asked for the choice as it is, and forgotten with it. */
function usePreview(what: string | null, where: object) {
  const [askedFor, setAskedFor] = useState<string | null>(null)
  const now = JSON.stringify([what, where])
  const { data, isFetching, error, refetch } = useQuery({
    queryKey: ['plan', what, where, 'preview'],
    queryFn: ({ signal }) =>
      ask<runs.Plan>('POST', `${what}/execute`, { body: { ...where, dryRun: true, preview: true }, signal }),
    enabled: askedFor === now && what !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const press = () => (askedFor === now ? void refetch() : setAskedFor(now))
  return { press, isAsking: isFetching, error, answer: askedFor === now ? data : undefined }
}

function PreviewButton({ preview: { press, isAsking, error, answer } }: { preview: ReturnType<typeof usePreview> }) {
  return (
    <>
      <Group gap="sm">
        <Button variant="default" loading={isAsking} onClick={press}>
          Ask the nodes what would change
        </Button>
        <span className="dim small" role="status">
          {isAsking
            ? 'Each node is asked now; that takes up to a minute and a half, and changes nothing.'
            : answer
              ? 'What the nodes say stands in the plan.'
              : 'Takes seconds, changes nothing.'}
        </span>
      </Group>
      <Trouble error={error} />
    </>
  )
}

/** What is still missing is no trouble: it says what to choose. */
function PlanTrouble({ error }: { error: Error }) {
  if (!(error instanceof ProblemError) || error.code !== 'bad-input') return <Trouble error={error} />
  return <p className="dim">{error.problem.findings?.[0]?.message ?? error.message}</p>
}

function goText(plan: runs.Plan | undefined): string {
  if (!plan) return 'Go'
  const nodes = new Set(plan.steps.flatMap(({ tasks }) => tasks.flatMap(({ node }) => (node ? [node.id] : []))))
  const added = plan.steps.flatMap(({ type, tasks }) => (isDeploying(type) ? tasks : [])).length
  if (added > 0) return added === 1 ? 'Go: 1 new node' : `Go: ${added} new nodes`
  if (nodes.size === 0) return 'Go'
  return nodes.size === 1 ? 'Go: 1 node' : `Go: ${nodes.size} nodes`
}

function useGo(what: string | null, body: unknown, close: () => void) {
  const [client, navigate] = [useQueryClient(), useNavigate()]
  return useMutation({
    mutationFn: () => ask<runs.Run>('POST', `${what}/execute`, { body }),
    onSuccess: async (run) => {
      close()
      client.setQueryData(['runs', 'one', run.id], run)
      await navigate({ to: '/runs/$id', params: { id: String(run.id) } })
    },
  })
}

interface WhatAndWhereProps {
  action: string | null
  setAction: (action: string | null) => void
  cluster: string | null
  setCluster: (cluster: string | null) => void
  nodes: string[]
  setNodes: (nodes: string[]) => void
  fixed: boolean
}

function WhatAndWhere({ action, setAction, cluster, setCluster, nodes, setNodes, fixed }: WhatAndWhereProps) {
  const actions = useQuery(listOf('actions'))
  const clusters = useQuery(listOf('clusters'))
  return (
    <div className="two">
      {!fixed && (
        <Select
          label="Action"
          searchable
          data={(actions.data ?? []).map(({ name }) => name)}
          value={action}
          onChange={setAction}
        />
      )}
      <Select
        label="Cluster"
        searchable
        clearable
        data={(clusters.data ?? []).map(({ name }) => name)}
        value={cluster}
        onChange={(name) => {
          setCluster(name)
          setNodes([])
        }}
      />
      <Nodes cluster={cluster} nodes={nodes} setNodes={setNodes} />
    </div>
  )
}

function Nodes({
  cluster,
  nodes,
  setNodes,
}: {
  cluster: string | null
  nodes: string[]
  setNodes: (nodes: string[]) => void
}) {
  const all = useQuery(listOf('nodes', cluster === null ? '' : `?cluster=${part(cluster)}`))
  return (
    <MultiSelect
      label="Nodes"
      placeholder={nodes.length === 0 ? 'as the plan says; or choose' : ''}
      searchable
      clearable
      limit={100}
      data={(all.data ?? []).map(({ name }) => name)}
      value={nodes}
      onChange={setNodes}
    />
  )
}

function Force({ force, setForce }: { force: boolean; setForce: (force: boolean) => void }) {
  const { may, whyNot } = useMay('admin')
  return (
    <Checkbox
      label="Run it all the same"
      description="Min, max and the blast radius yield to an administrator with a reason; red stop and locks never do."
      disabled={!may}
      title={whyNot}
      checked={force}
      onChange={({ currentTarget }) => setForce(currentTarget.checked)}
    />
  )
}
