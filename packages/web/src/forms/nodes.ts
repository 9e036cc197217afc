import type { Declaration, Values } from '../parts/form/kinds.ts'
import { nameField } from './name-field.ts'

const hasJvms = ({ jvmProfiles }: Values) => Array.isArray(jvmProfiles) && jvmProfiles.length > 0
const isRemote = (values: Values) => values.local !== true

export const nodes: Declaration = {
  noun: 'node',
  plural: 'nodes',
  about: 'A virtual machine that tscaler reaches by SSH. Nothing is installed on it.',
  fields: [
    nameField,
    {
      name: 'hostname',
      label: 'Address',
      kind: 'text',
      help: 'A host name or an IP address.',
      isRequired: true,
      when: isRemote,
    },
    {
      name: 'sshProfile',
      label: 'SSH profile',
      kind: 'reference',
      to: 'ssh-profiles',
      isRequired: (values) => !hasJvms(values),
      when: isRemote,
      help: 'Who logs in there, and with what. A node with JVMs that are reached directly needs none.',
    },
    {
      name: 'jvmProfiles',
      label: 'JVM profiles',
      kind: 'references',
      to: 'jvm-profiles',
      help: 'Of the JVMs that run there: each is read over JMX by itself.',
    },
    {
      name: 'cluster',
      label: 'Cluster',
      kind: 'reference',
      to: 'clusters',
      help: 'Its counters are collected from the node.',
    },
    {
      name: 'hostKey',
      label: 'Host key',
      kind: 'text',
      lines: 2,
      help: 'As in known_hosts: ssh-ed25519 AAAA…. Without it the node’s page shows the key that the machine presents, for you to accept.',
      when: isRemote,
    },
    {
      name: 'port',
      label: 'SSH port',
      kind: 'number',
      min: 1,
      max: 65_535,
      start: 22,
      isNeverNull: true,
      isRare: true,
      when: isRemote,
    },
    { name: 'protected', label: 'Protected: no action removes it', kind: 'flag', isRare: true },
    {
      name: 'ec2Profile',
      label: 'EC2 profile',
      kind: 'reference',
      to: 'ec2-profiles',
      isRare: true,
      when: isRemote,
      help: 'How its cloud is asked about its machine. What tscaler deploys has it by itself.',
    },
    {
      name: 'instanceId',
      label: 'Instance',
      kind: 'text',
      placeholder: 'i-0abc…',
      isRare: true,
      when: isRemote,
      help: 'Its machine in the cloud, for a node that tscaler did not deploy.',
    },
    {
      name: 'site',
      label: 'Site',
      kind: 'text',
      help: 'Where it stands, such as dc1: sensors of one site that fail at once are taken for a broken sensor.',
      isRare: true,
    },
    { name: 'labels', label: 'Labels', kind: 'labels', help: 'name=value, one a line.', isRare: true },
    { name: 'local', label: 'tscaler’s own machine, without SSH', kind: 'flag', isRare: true },
  ],
}
