/**
 * Detectors that count over sliding windows of event time: pure folds over small features. Imports
 * decoded events and findings; knows no engine.
 */
@NullMarked
package io.trailwatch.core.detect.window;

import org.jspecify.annotations.NullMarked;
