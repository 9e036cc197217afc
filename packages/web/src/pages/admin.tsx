import { Link, useParams } from '@tanstack/react-router'
import { useMay } from '../parts/me.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Account } from './admin/account.tsx'
import { Alerts } from './admin/alerts.tsx'
import { Audit } from './admin/audit.tsx'
import { Tokens } from './admin/tokens.tsx'
import { Users } from './admin/users.tsx'

const tabs = [
  { kind: 'alerts', name: 'Alerts', needs: null, Tab: Alerts },
  { kind: 'audit', name: 'Audit trail', needs: 'operator', Tab: Audit },
  { kind: 'users', name: 'Users', needs: 'admin', Tab: Users },
  { kind: 'tokens', name: 'API tokens', needs: 'admin', Tab: Tokens },
  { kind: 'account', name: 'Your password', needs: null, Tab: Account },
] as const

/** Alerts, the audit trail, and who may do what. */
export function Admin() {
  const { kind = 'alerts' } = useParams({ strict: false })
  const may = { operator: useMay('operator'), admin: useMay('admin') }
  const tab = tabs.find((one) => one.kind === kind) ?? tabs[0]
  const refusal = tab.needs === null ? undefined : may[tab.needs].whyNot
  return (
    <>
      <PageHead title={tab.name} />
      <nav className="tabs" aria-label="Administration">
        {tabs.map(({ kind: one, name }) => (
          <Link
            key={one}
            to="/admin/$kind"
            params={{ kind: one }}
            data-status={one === tab.kind ? 'active' : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      {refusal === undefined ? <tab.Tab /> : <p className="dim">{refusal} Ask an administrator.</p>}
    </>
  )
}
