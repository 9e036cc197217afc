import { Link, Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { live } from '../live.ts'
import { Banners } from './banners.tsx'
import { RangePicker } from './range-picker.tsx'
import { RedStop } from './red-stop.tsx'
import { SearchButton } from './search.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { UserMenu } from './user-menu.tsx'

const places = [
  { to: '/', name: 'Overview' },
  { to: '/clusters', name: 'Clusters' },
  { to: '/triggers', name: 'Triggers' },
  { to: '/runs', name: 'Runs' },
  { to: '/provision', name: 'Provision' },
  { to: '/control', name: 'Control' },
  { to: '/admin', name: 'Admin' },
] as const

/** What stands around every page: where to go, which time is shown, search, and the red stop. */
export function Shell() {
  useEffect(() => {
    live.start()
    return () => live.stop()
  }, [])
  return (
    <>
      <a className="skip" href="#main">
        To the content
      </a>
      <header className="top">
        <div className="top-row">
          <Link className="brand" to="/">
            <img src="/icon.svg" alt="" width="20" height="20" />
            tscaler
          </Link>
          <Places />
          <div className="top-rest">
            <RangePicker />
            <SearchButton />
            <RedStop />
            <UserMenu />
          </div>
        </div>
        <Banners />
      </header>
      <main className="main" id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <div className="bottom">
        <Places />
      </div>
      <Shortcuts />
    </>
  )
}

function Places() {
  return (
    <nav className="nav" aria-label="Pages">
      {places.map(({ to, name }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/' }}>
          {name}
        </Link>
      ))}
    </nav>
  )
}
