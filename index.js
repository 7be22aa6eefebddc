'use strict';

// The library for scripts; the nodes are loaded by n8n from what package.json names.
module.exports = require('./dist/lib');
