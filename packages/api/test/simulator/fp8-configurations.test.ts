import { describeEveryConfiguration } from './every-configuration.js';

describeEveryConfiguration('float8_e4m3fn');
