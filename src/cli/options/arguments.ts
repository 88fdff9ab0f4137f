export * from '../../text/value-grammar.js';
