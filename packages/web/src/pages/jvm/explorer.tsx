import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Jvm, MBeans } from '../../../../server/src/wire/jvms.ts'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { mbeansOf } from '../../api.ts'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { useMay } from '../../parts/me.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { isPattern, namesWith } from '../../reckon/object-name.ts'
import { MBeanTree } from './mbean-tree.tsx'
import { MBeanView } from './mbean-view.tsx'

/** MBeans come and go with what the JVM runs; seldom. */
const namesEveryMs = 30_000
/** A JVM that does not answer is asked again: it may be starting. */
const retryEveryMs = 5_000
/** The server is asked for a pattern once it stands for so long. */
const typingMs = 400
const everything = '*:*'
/** What is looked at first, in nearly every JVM. */
const memory = 'java.lang:type=Memory'

interface ExplorerProps {
  node: resources.Node
  jvm: Jvm
  /** What is collected from the JVM. */
  series: readonly watching.Series[]
}

/** The JVM's MBeans as a tree, and what the chosen one holds now. Which is chosen and the filter stand in the address. */
export function Explorer(props: ExplorerProps) {
  const { may, whyNot } = useMay('operator')
  if (!may)
    return (
      <div className="card">
        <Empty>What MBeans hold may be nobody’s business, such as command lines. {whyNot}</Empty>
      </div>
    )
  return <OpenExplorer {...props} />
}

function OpenExplorer({ node, jvm, series }: ExplorerProps) {
  const { q = '', mbean } = useSearch({ strict: false })
  const [typed] = useDebouncedValue(q.trim(), typingMs)
  const pattern = isPattern(typed) ? typed : everything
  const names = useQuery({
    ...mbeansOf({ node: node.name, jvm: jvm.profile.name, pattern }),
    refetchInterval: ({ state }) => (state.data === undefined ? retryEveryMs : namesEveryMs),
    placeholderData: keepPreviousData,
  })
  // Of a JVM that does not answer nothing can be shown: that is said once.
  if (names.error && names.data === undefined && pattern === everything) return <Trouble error={names.error} />
  return (
    <div className="explorer" data-chosen={mbean !== undefined || undefined}>
      <div className="card explorer-tree">
        <Filter value={q} />
        <Loaded query={names} height={360}>
          {(answer) => <Names answer={answer} filter={isPattern(q) ? '' : q} isNarrow={q !== ''} chosen={mbean} />}
        </Loaded>
      </div>
      <div className="explorer-mbean">
        {mbean === undefined ? (
          <NoneChosen hasMemory={names.data !== undefined} />
        ) : (
          <MBeanView key={mbean} node={node} jvm={jvm} name={mbean} series={series} />
        )}
      </div>
    </div>
  )
}

function Filter({ value }: { value: string }) {
  const navigate = useNavigate()
  return (
    <div className="explorer-filter">
      <TextInput
        size="xs"
        aria-label="Filter MBeans"
        placeholder="Filter, or Catalina:type=Manager,*"
        value={value}
        onChange={({ currentTarget: { value: q } }) =>
          void navigate({
            to: '.',
            search: (was) => ({ ...was, q: q || undefined }),
            replace: true,
            resetScroll: false,
          })
        }
      />
    </div>
  )
}

interface NamesProps {
  answer: MBeans
  filter: string
  isNarrow: boolean
  chosen: string | undefined
}

function Names({ answer: { domains, leftOut }, filter, isNarrow, chosen }: NamesProps) {
  const kept = domains
    .map(({ name, mbeans }) => ({ name, mbeans: namesWith(mbeans, filter) }))
    .filter(({ mbeans }) => mbeans.length > 0)
  return (
    <>
      {kept.length === 0 ? (
        <Empty>{isNarrow ? 'No MBean has all of this in its name.' : 'The JVM shows no MBeans to this user.'}</Empty>
      ) : (
        <MBeanTree domains={kept} isNarrow={isNarrow} chosen={chosen} />
      )}
      {leftOut > 0 && (
        <p className="explorer-note dim small">
          {leftOut} more are not shown: write a pattern such as Catalina:* to see them.
        </p>
      )}
    </>
  )
}

function NoneChosen({ hasMemory }: { hasMemory: boolean }) {
  const navigate = useNavigate()
  return (
    <div className="card explorer-none">
      <Empty
        action={
          hasMemory && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() =>
                void navigate({ to: '.', search: (was) => ({ ...was, mbean: memory }), resetScroll: false })
              }
            >
              Open Memory
            </Button>
          )
        }
      >
        Choose an MBean to see what it holds now. Any number there can be made a counter.
      </Empty>
    </div>
  )
}
