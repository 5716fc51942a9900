import { describeEveryConfiguration } from './every-configuration.js';

describeEveryConfiguration('bfloat16');
