export { configLiteral, snakeCase } from '../config-literal.js';
