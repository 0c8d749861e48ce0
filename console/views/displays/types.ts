import type { components, paths } from '../../api/types.d.ts'

export type Display = components['schemas']['DisplayView']
export type NewDisplay = paths['/v1/displays']['post']['requestBody']['content']['application/json']
export type DisplayChange = paths['/v1/displays/{id}']['patch']['requestBody']['content']['application/json']
