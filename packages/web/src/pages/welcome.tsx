import { Button, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Me } from '../../../server/src/wire/people.ts'
import { ask, me } from '../api.ts'
import { Trouble } from '../parts/trouble.tsx'

const shortest = 12

/** What a one-time link opens: a password is set, and its owner is signed in. The secret stays after `#`, where no server log sees it. */
export function Welcome() {
  const [client, navigate] = [useQueryClient(), useNavigate()]
  const [token] = useState(() => location.hash.slice(1))
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  useEffect(() => {
    document.title = 'Welcome · tscaler'
  }, [])
  const welcome = useMutation({
    mutationFn: () => ask<Me>('POST', '/welcome', { body: { token, password } }),
    onSuccess: async (answer) => {
      client.clear()
      client.setQueryData(me.queryKey, answer)
      await navigate({ to: '/', replace: true })
    },
  })
  const tooShort = password !== '' && password.length < shortest
  const different = again !== '' && again !== password
  return (
    <div className="door">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault()
          welcome.mutate()
        }}
      >
        <h1>Welcome to tscaler</h1>
        {token === '' ? (
          <p>This address lacks the part after #. Copy the whole link that the server printed, or ask for a new one.</p>
        ) : (
          <>
            <p className="dim">Choose your password. This link works once.</p>
            <PasswordInput
              label="Password"
              description={`${shortest} characters or more`}
              autoComplete="new-password"
              autoFocus
              error={tooShort ? `${shortest - password.length} more characters` : undefined}
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
            <PasswordInput
              label="Once more"
              autoComplete="new-password"
              error={different ? 'is not the same' : undefined}
              value={again}
              onChange={({ currentTarget }) => setAgain(currentTarget.value)}
            />
            <Trouble error={welcome.error} />
            <Button
              type="submit"
              fullWidth
              disabled={password.length < shortest || again !== password}
              loading={welcome.isPending}
            >
              Set the password and go in
            </Button>
          </>
        )}
      </form>
    </div>
  )
}
