import type { ReactNode } from 'react'
import { useEffect } from 'react'

/** The head of a page: its one clear first thing on the left, what can be done on the right. Names the browser's tab too. */
export function PageHead({ title, aside, children }: { title: string; aside?: ReactNode; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · tscaler`
  }, [title])
  return (
    <header className="page-head">
      <div className="page-title">
        <h1 title={title}>{title}</h1>
        {children}
      </div>
      {aside !== undefined && <div className="page-aside">{aside}</div>}
    </header>
  )
}

/** A part of a page with its heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}
