import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Table,
  Tooltip,
} from '@mantine/core'

/** The one accent: ink. Colours are left for states. */
const ink: MantineColorsTuple = [
  '#f5f6f7',
  '#e7e9eb',
  '#cdd1d6',
  '#b1b8bf',
  '#99a2ac',
  '#808b97',
  '#5d6975',
  '#414c57',
  '#2c3640',
  '#1d252d',
]

/** The dark scheme's surfaces, with the same cold tinge as its text. */
const dark: MantineColorsTuple = [
  '#dde2e7',
  '#b8c1ca',
  '#98a3ae',
  '#6b7783',
  '#4b5661',
  '#333c45',
  '#222930',
  '#1a1f24',
  '#14181c',
  '#101316',
]

const font =
  'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif'

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 7 },
  colors: { ink, dark },
  fontFamily: font,
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  headings: { fontFamily: font, fontWeight: '600' },
  components: {
    Button: Button.extend({ defaultProps: { size: 'compact-md' } }),
    // Nothing under 300 ms moves: a dialog is there at once.
    Modal: Modal.extend({
      defaultProps: {
        transitionProps: { duration: 0 },
        centered: false,
        yOffset: '8vh',
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 200, withArrow: false, events: { hover: true, focus: true, touch: true } },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 0 } }),
  },
})

/** Colours of states, and of the pages' surfaces; each is readable as text on its surface (4.5 : 1 or more). */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1d252d',
    '--mantine-color-dimmed': '#5d6975',
    '--mantine-color-anchor': '#1d252d',
    '--mantine-color-error': '#c4202b',
    '--surface': '#f7f8f9',
    '--raised': '#ffffff',
    '--line': '#dfe3e6',
    '--line-strong': '#b1b8bf',
    '--hover': '#eef0f2',
    '--fine': '#177331',
    '--held': '#8a5a00',
    '--failing': '#c4202b',
    '--work': '#0a62c9',
    '--idle': '#5d6975',
    '--fine-soft': '#e6f4ea',
    '--held-soft': '#fbf1dc',
    '--failing-soft': '#fdebec',
    '--work-soft': '#e6f0fb',
    '--idle-soft': '#eef0f2',
    '--trace': '#8e99a4',
    '--trace-bold': '#1d252d',
    // A heat map's least and greatest value: paper to ink.
    '--heat-least': '#e7e9eb',
    '--heat-most': '#414c57',
  },
  dark: {
    '--mantine-color-body': '#14181c',
    '--mantine-color-text': '#dde2e7',
    '--mantine-color-dimmed': '#98a3ae',
    '--mantine-color-anchor': '#dde2e7',
    '--mantine-color-ink-filled': '#414c57',
    '--mantine-color-ink-filled-hover': '#4d5965',
    '--mantine-color-error': '#ff6f6a',
    '--surface': '#101316',
    '--raised': '#1a1f24',
    '--line': '#2a3138',
    '--line-strong': '#4b5661',
    '--hover': '#222930',
    '--fine': '#4cc06a',
    '--held': '#dda53a',
    '--failing': '#ff6f6a',
    '--work': '#62aeff',
    '--idle': '#98a3ae',
    '--fine-soft': '#16291c',
    '--held-soft': '#2d2413',
    '--failing-soft': '#2c191b',
    '--work-soft': '#152638',
    '--idle-soft': '#222930',
    '--trace': '#66727e',
    '--trace-bold': '#f2f5f7',
    '--heat-least': '#222930',
    '--heat-most': '#b8c1ca',
  },
})
