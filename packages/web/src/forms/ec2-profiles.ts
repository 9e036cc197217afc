import type { Declaration } from '../parts/form/kinds.ts'
import { nameField } from './name-field.ts'

/** What EC2 takes; it counts the text before it is put into base64. */
const userDataBytesMax = 16_384

/** What a new EC2 machine looks like, and how its cloud is asked for it. */
export const ec2Profiles: Declaration = {
  noun: 'EC2 profile',
  plural: 'EC2 profiles',
  about: 'What a new EC2 machine looks like, and as whom tscaler asks AWS for it. Actions that deploy name a profile.',
  fields: [
    nameField,
    { name: 'region', label: 'Region', kind: 'text', isRequired: true, placeholder: 'eu-west-1' },
    {
      name: 'imageId',
      label: 'Image',
      kind: 'text',
      isRequired: true,
      placeholder: 'ami-0123456789abcdef0',
      help: 'An AMI of that region. Its login user is the one of the SSH profile that the action names.',
    },
    {
      name: 'instanceTypes',
      label: 'Instance types',
      kind: 'ordered',
      noun: 'instance type',
      placeholder: 't3.medium',
      next: 'Where AWS has none of one, the next is tried.',
      isRequired: true,
    },
    {
      name: 'subnetIds',
      label: 'Subnets',
      kind: 'ordered',
      noun: 'subnet',
      placeholder: 'subnet-0abc…',
      next: 'The first that takes the machine has it. Without any it is the region’s default network.',
    },
    {
      name: 'accessKeyId',
      label: 'Access key id',
      kind: 'text',
      placeholder: 'AKIA…',
      help: 'With its secret; without both tscaler asks as its own machine may (an instance profile, the environment).',
    },
    { name: 'secretAccessKey', label: 'Secret access key', kind: 'secret', help: 'Written only, never shown.' },
    {
      name: 'securityGroups',
      label: 'Security groups',
      kind: 'lines',
      help: 'Ids or names, one a line. tscaler’s machine must reach the SSH port.',
    },
    {
      name: 'keyName',
      label: 'Key pair',
      kind: 'text',
      help: 'Of EC2: whose private key the SSH profile has.',
    },
    {
      name: 'hostKeyFrom',
      label: 'Host key of a new machine',
      kind: 'choice',
      start: 'console',
      options: [
        { value: 'console', label: 'console: read from the machine’s own console output' },
        { value: 'user-data', label: 'user-data: made by tscaler and handed over with the user data (cloud-init)' },
      ],
      help: 'Either way it is known before the first login: nobody in between is trusted.',
    },
    {
      name: 'address',
      label: 'Reached at',
      kind: 'choice',
      start: 'private',
      options: [
        { value: 'private', label: 'private: its address within the network' },
        { value: 'public', label: 'public: its public address' },
      ],
    },
    {
      name: 'loadBalancers',
      label: 'Classic load balancers',
      kind: 'lines',
      help: 'Names, one a line. A node is in service once they send it requests.',
    },
    { name: 'targetGroups', label: 'Target groups', kind: 'lines', help: 'ARNs, one a line.' },
    {
      name: 'register',
      label: 'Put into the load balancers',
      kind: 'choice',
      start: 'launch',
      isRare: true,
      options: [
        { value: 'launch', label: 'launch: as soon as it runs; their health check holds requests back' },
        { value: 'ready', label: 'ready: when the run has configured it' },
      ],
    },
    {
      name: 'userData',
      label: 'User data',
      kind: 'secret',
      lines: 4,
      bytesMax: userDataBytesMax,
      isRare: true,
      help: 'For cloud-init, at the machine’s first start. Written only, never shown.',
    },
    { name: 'volumes', label: 'Volumes', kind: 'volumes', isRare: true },
    {
      name: 'instanceProfile',
      label: 'Instance profile',
      kind: 'text',
      isRare: true,
      help: 'Of IAM: what the machine itself may do.',
    },
    {
      name: 'spot',
      label: 'Spot: cheaper, and AWS may take it away at two minutes’ notice',
      kind: 'flag',
      isRare: true,
    },
    {
      name: 'tags',
      label: 'Tags',
      kind: 'labels',
      isRare: true,
      help: 'name=value, one a line. tscaler adds its own: Name, Cluster and whose machine it is.',
    },
  ],
}
