export { button, type Control, control, field, link, type Query, toggle } from './control.js';
export { type Driver, type Hosts, KINDS, type Kind, type LaunchOptions } from './driver.js';
export { launch } from './launch.js';
export type { Seen } from './proxy.js';
export { PATIENCE, patiently, until } from './until.js';
export { type ClickOptions, middle, type Point, type Rect, View } from './view.js';
