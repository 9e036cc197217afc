import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { type MBeanBranch, treeOf } from '../../reckon/object-name.ts'

interface MBeanTreeProps {
  domains: readonly { name: string; mbeans: readonly string[] }[]
  /** Something has been filtered: what is left is shown at once. */
  isNarrow: boolean
  chosen: string | undefined
}

/** More MBeans than these are not unfolded by a filter: nobody would read them all. */
const unfoldedMax = 200

/** Domains, and in them the MBeans by their key properties. */
export function MBeanTree({ domains, isNarrow, chosen }: MBeanTreeProps) {
  const branches = useMemo(() => domains.map(domainBranch), [domains])
  const count = branches.reduce((sum, branch) => sum + branch.count, 0)
  const isUnfolded = isNarrow && count <= unfoldedMax
  return (
    <nav className="tree" aria-label="MBeans">
      <ul>
        {branches.map((branch) => (
          <Branch key={`${isUnfolded} ${branch.key}`} branch={branch} isUnfolded={isUnfolded} chosen={chosen} />
        ))}
      </ul>
    </nav>
  )
}

function domainBranch({ name, mbeans }: MBeanTreeProps['domains'][number]): MBeanBranch {
  const label = name === '' ? '(no domain)' : name
  return { key: name, label, mbean: null, branches: treeOf(mbeans), count: mbeans.length }
}

interface BranchProps {
  branch: MBeanBranch
  isUnfolded: boolean
  chosen: string | undefined
}

function Branch({ branch, isUnfolded, chosen }: BranchProps) {
  const [turned, turn] = useState<boolean | null>(null)
  const { label, mbean, branches, count } = branch
  const isOpen = turned ?? (isUnfolded || hasInside(branch, chosen))
  return (
    <>
      {mbean !== null && (
        <li>
          <Link
            className="tree-leaf"
            to="."
            search={(was) => ({ ...was, mbean })}
            resetScroll={false}
            title={mbean}
            data-chosen={mbean === chosen || undefined}
            aria-current={mbean === chosen || undefined}
          >
            <span className="name">{label}</span>
          </Link>
        </li>
      )}
      {branches.length > 0 && (
        <li>
          <button type="button" className="tree-fold" aria-expanded={isOpen} onClick={() => turn(!isOpen)}>
            <span className="name">{label}</span>
            <span className="dim small">{mbean === null ? count : count - 1}</span>
          </button>
          {isOpen && (
            <ul>
              {branches.map((inner) => (
                <Branch key={inner.key} branch={inner} isUnfolded={isUnfolded} chosen={chosen} />
              ))}
            </ul>
          )}
        </li>
      )}
    </>
  )
}

/** Whether the chosen MBean lies below the branch. */
function hasInside({ branches }: MBeanBranch, chosen: string | undefined): boolean {
  return chosen !== undefined && branches.some((inner) => inner.mbean === chosen || hasInside(inner, chosen))
}
