import { join } from 'node:path';

/** Raise it when what lies in a cache directory changes its form: each form has a folder of its own. */
export const CACHE_FORMAT_VERSION = 2;

/** Of the folders of all forms. */
export const FORMAT_FOLDER_NAME = 'dg';

const FORMAT_FOLDER = new RegExp(`^${FORMAT_FOLDER_NAME}-(\\d+)$`);

/** The folders of a cache directory. Other programs may keep things beside `root`, and so may other versions of this one. */
export interface StoreLayout {
  /** The cache directory. */
  readonly directory: string;
  readonly root: string;
  /** `<kernel>.<request key>/<build>/` */
  readonly kernels: string;
  readonly locks: string;
  /** What is being made. */
  readonly scratch: string;
  /** What `nvcc --version` said. */
  readonly compilers: string;
  /** PTX and SASS that somebody asked to see. */
  readonly dumps: string;
}

export function storeLayout(directory: string): StoreLayout {
  const root = join(directory, `${FORMAT_FOLDER_NAME}-${CACHE_FORMAT_VERSION}`);
  return {
    directory,
    root,
    kernels: join(root, 'kernels'),
    locks: join(root, 'locks'),
    scratch: join(root, 'tmp'),
    compilers: join(root, 'compilers'),
    dumps: join(root, 'dumps'),
  };
}

/** Whether a name in a cache directory is the folder of another version's form. */
export function isOtherFormat(name: string): boolean {
  const match = FORMAT_FOLDER.exec(name);
  return match !== null && Number(match[1]) !== CACHE_FORMAT_VERSION;
}
