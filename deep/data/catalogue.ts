import { CIFAR10, CIFAR100 } from './cifar.js';
import { cifarFormat, type Format, idxFormat } from './format.js';
import { CIFAR10_CONSTANTS } from './normalisation.js';
import { stl10Format } from './stl10.js';
import { svhnFormat } from './svhn.js';

/** The data sets that the tool knows, and where they come from. */

/**
 * A file to fetch. The SHA-256 of archives is as other programs that load these sets state it, not computed by us from a
 * download.
 */
export interface Archive {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface KnownSet {
  /** Names the set where it has been fetched, as in --data cifar10. */
  readonly name: string;
  /** Names the layout before a folder, as in --data cifar10:DIR. */
  readonly prefix: string;
  readonly classes: number;
  readonly trainImages: number;
  readonly testImages: number;
  /** Of the training images, of pixels in 0..1: the constants that PyTorch's users take. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  readonly format: Format;
  readonly archives: readonly Archive[];
  /** SHA-256 of files as unpacked, where they are known from elsewhere than the archive. */
  readonly contents: Readonly<Record<string, string>>;
  /** A folder in which a system's package puts the set. */
  readonly systemFolder?: string;
}

const grey = (value: number): number[] => [value, value, value];

const from = (folder: string, files: Readonly<Record<string, readonly [number, string]>>): Archive[] =>
  Object.entries(files).map(([file, [bytes, sha256]]) => ({ url: `${folder}/${file}`, bytes, sha256 }));

const cifar10: KnownSet = {
  name: 'cifar10',
  prefix: 'cifar10',
  classes: 10,
  trainImages: 50_000,
  testImages: 10_000,
  ...CIFAR10_CONSTANTS,
  format: cifarFormat(CIFAR10),
  archives: from('https://www.cs.toronto.edu/~kriz', {
    'cifar-10-binary.tar.gz': [170_052_171, 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd'],
  }),
  contents: {},
};

const cifar100: KnownSet = {
  name: 'cifar100',
  prefix: 'cifar100',
  classes: 100,
  trainImages: 50_000,
  testImages: 10_000,
  means: [0.5071, 0.4865, 0.4409],
  deviations: [0.2673, 0.2564, 0.2762],
  format: cifarFormat(CIFAR100),
  archives: from('https://www.cs.toronto.edu/~kriz', {
    'cifar-100-binary.tar.gz': [168_513_733, '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec'],
  }),
  contents: {},
};

const mnist: KnownSet = {
  name: 'mnist',
  prefix: 'mnist',
  classes: 10,
  trainImages: 60_000,
  testImages: 10_000,
  means: grey(0.1307),
  deviations: grey(0.3081),
  format: idxFormat(10),
  // The authors' own page no longer serves the files; this copy is the one that PyTorch takes.
  archives: from('https://ossci-datasets.s3.amazonaws.com/mnist', {
    'train-images-idx3-ubyte.gz': [9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
    'train-labels-idx1-ubyte.gz': [28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
    't10k-images-idx3-ubyte.gz': [1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
    't10k-labels-idx1-ubyte.gz': [4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
  }),
  contents: {
    'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
};

/** They are not packed: what is fetched is what is read. */
const SVHN_FILES = {
  'train_32x32.mat': [182_040_794, '435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8'],
  'test_32x32.mat': [64_275_384, 'cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b'],
} as const;

const svhn: KnownSet = {
  name: 'svhn',
  prefix: 'svhn',
  classes: 10,
  trainImages: 73_257,
  testImages: 26_032,
  means: [0.4377, 0.4438, 0.4728],
  deviations: [0.198, 0.201, 0.197],
  format: svhnFormat,
  archives: from('http://ufldl.stanford.edu/housenumbers', SVHN_FILES),
  contents: Object.fromEntries(Object.entries(SVHN_FILES).map(([file, [, sha256]]) => [file, sha256])),
};

/** The constants are those of its images of 96x96. */
const stl10: KnownSet = {
  name: 'stl10',
  prefix: 'stl10',
  classes: 10,
  trainImages: 5000,
  testImages: 8000,
  means: [0.4467, 0.4398, 0.4066],
  deviations: [0.2603, 0.2566, 0.2713],
  format: stl10Format,
  archives: from('https://cs.stanford.edu/~acoates/stl10', {
    'stl10_binary.tar.gz': [2_640_397_119, 'f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866'],
  }),
  contents: {},
};

/** All of Fashion-MNIST, of which the package embeds a part as `fashion-mnist`. */
const FASHION_MNIST: KnownSet = {
  name: 'fashion-mnist-full',
  prefix: 'fashion-mnist',
  classes: 10,
  trainImages: 60_000,
  testImages: 10_000,
  means: grey(0.286),
  deviations: grey(0.353),
  format: idxFormat(10),
  archives: from('https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion', {
    'train-images-idx3-ubyte.gz': [26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
    'train-labels-idx1-ubyte.gz': [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
    't10k-images-idx3-ubyte.gz': [4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
    't10k-labels-idx1-ubyte.gz': [5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
  }),
  contents: {
    'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
  systemFolder: '/usr/share/datasets/fashion-mnist',
};

/** The part of Fashion-MNIST that comes with the package. */
export const EMBEDDED_SET: KnownSet = {
  ...FASHION_MNIST,
  name: 'fashion-mnist',
  trainImages: 2000,
  testImages: 500,
  archives: [],
  contents: {
    't10k-images-idx3-ubyte': 'c9bd0ed7148856eb2287d902861921296d6c36d95a5113341a35554343e84123',
    't10k-labels-idx1-ubyte': '9f5f7b9143df7bffff73a8bf7d8a53545dbf787f86e5e195c64401d2c6f8f372',
    'train-images-idx3-ubyte': '71a9f8cec24060d6752b3e4940ce6d6fd729334afa47b735dd553481aa83b53e',
    'train-labels-idx1-ubyte': '8983259dfbc9f185f92698916f7daf361704b43ba7d19568cc7bcdeefdc1bece',
  },
};

export const KNOWN_SETS: readonly KnownSet[] = [cifar10, cifar100, mnist, FASHION_MNIST, svhn, stl10];

export const setNames = (): string => KNOWN_SETS.map(({ name }) => name).join(', ');
