import { Button, PasswordInput, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask, me } from '../../api.ts'
import { Trouble } from '../../parts/trouble.tsx'

const shortest = 12

/** One's own password. */
export function Account() {
  const { data } = useQuery(me)
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useMutation({
    mutationFn: () => ask('POST', '/session/password', { body: { current, password } }),
    onSuccess: () => {
      setCurrent('')
      setPassword('')
    },
  })
  if (data?.user === null) return <p>{data.who} is no user with a password.</p>
  return (
    <form
      className="card card-pad form-card"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      <Stack gap="sm">
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          value={current}
          onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description={`${shortest} characters or more. Your other sessions are signed out.`}
          autoComplete="new-password"
          error={
            password !== '' && password.length < shortest ? `${shortest - password.length} more characters` : undefined
          }
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <Trouble error={change.error} />
        {change.isSuccess && <p role="status">Your password is changed.</p>}
        <Button
          type="submit"
          className="self-end"
          disabled={current === '' || password.length < shortest}
          loading={change.isPending}
        >
          Change it
        </Button>
      </Stack>
    </form>
  )
}
