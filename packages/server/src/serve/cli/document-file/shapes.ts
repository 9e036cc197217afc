import type { Shape } from '../../../wire/wording.ts'

/** What a place of the document may hold: the branches of its schema. */
export type Shapes = readonly Shape[]

/** The branches of a schema, unions taken apart; what is secret of the whole is secret of each. */
export function branchesOf(shape: Shape): Shapes {
  if (!shape.anyOf) return [shape]
  return shape.anyOf.flatMap(branchesOf).map((branch) => (shape.writeOnly ? { ...branch, writeOnly: true } : branch))
}

/** What the field of that name may hold. */
export function fieldBranches(shapes: Shapes, name: string): Shapes {
  return shapes.flatMap((shape) => {
    if (isOpen(shape)) return [shape]
    const own = Object.hasOwn(shape.properties ?? {}, name) ? shape.properties?.[name] : patternShape(shape, name)
    return own ? branchesOf(own) : []
  })
}

/** What the items of a list may hold. */
export function itemBranches(shapes: Shapes): Shapes {
  return shapes.flatMap((shape) => {
    if (isOpen(shape)) return [shape]
    return shape.items && !('length' in shape.items) ? branchesOf(shape.items) : []
  })
}

/** Whether a text may stand here, or a secret. Fields that only a source or an action knows may be anything. */
export function takesText(shapes: Shapes): boolean {
  return isSecret(shapes) || shapes.some((shape) => shape.type === 'string' || isOpen(shape))
}

/** Whether a secret stands here. */
export function isSecret(shapes: Shapes): boolean {
  return shapes.some((shape) => shape.writeOnly === true)
}

/** Whether the bytes of a file stand here, as base64. */
export function isFile(shapes: Shapes): boolean {
  return shapes.some((shape) => shape.contentEncoding === 'base64')
}

function isOpen(shape: Shape): boolean {
  return shape.type === undefined && !shape.enum && !('const' in shape) && !shape.properties
}

function patternShape({ patternProperties = {} }: Shape, name: string): Shape | undefined {
  return Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern, 'u').test(name))?.[1]
}
