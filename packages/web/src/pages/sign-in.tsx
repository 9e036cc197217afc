import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Me } from '../../../server/src/wire/people.ts'
import { ask, me } from '../api.ts'
import { Trouble } from '../parts/trouble.tsx'

/** Name and password; then back to where the reader was going. */
export function SignIn() {
  const [client, router] = [useQueryClient(), useRouter()]
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  useEffect(() => {
    document.title = 'Sign in · tscaler'
  }, [])
  const signIn = useMutation({
    mutationFn: () => ask<Me>('POST', '/session', { body: { name: name.trim(), password } }),
    onSuccess: (answer) => {
      client.clear()
      client.setQueryData(me.queryKey, answer)
      const back = sessionStorage.getItem('tscaler-back') ?? '/'
      sessionStorage.removeItem('tscaler-back')
      router.history.push(back)
    },
  })
  return (
    <div className="door">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault()
          signIn.mutate()
        }}
      >
        <h1>Sign in to tscaler</h1>
        <TextInput
          label="Name"
          autoComplete="username"
          autoFocus
          required
          withAsterisk={false}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <Trouble error={signIn.error} />
        <Button type="submit" fullWidth loading={signIn.isPending}>
          Sign in
        </Button>
        <p className="dim small">
          The first administrator is <code>admin</code>. No password yet? The server prints a one-time link when it
          starts.
        </p>
      </form>
    </div>
  )
}
