/**
 * Which table describes a project.
 *
 * @module
 */

/** The table of the packaging specifications, or the one of Poetry before version 2. */
export type ProjectTable = 'project' | 'tool.poetry';
