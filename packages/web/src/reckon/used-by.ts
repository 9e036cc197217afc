import type * as resources from '../../../server/src/wire/resources.ts'

/** The fields by which nodes and actions name profiles. */
const fields = {
  'ssh-profiles': 'sshProfile',
  'jvm-profiles': 'jvmProfiles',
  'ec2-profiles': 'ec2Profile',
} as const

type ProfileKind = keyof typeof fields

/** Whether things of the kind are profiles, that others work with. */
export function isProfileKind(kind: string): kind is ProfileKind {
  return Object.hasOwn(fields, kind)
}

/** The nodes and the actions that name a profile, in their own order. */
export function usersOf<Node extends Partial<resources.Node>, Action extends Partial<resources.Action>>(
  kind: ProfileKind,
  name: string,
  { nodes, actions }: { nodes: readonly Node[]; actions: readonly Action[] },
): { nodes: Node[]; actions: Action[] } {
  const field = fields[kind]
  const named = (value: unknown) => [value].flat().some((one) => hasName(one, name))
  return {
    nodes: nodes.filter((node) => named(node[field])),
    actions: actions.filter((action) => Object.values(action).some((own) => isRecord(own) && named(own[field]))),
  }
}

function hasName(value: unknown, name: string): boolean {
  return isRecord(value) && value.name === name
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
