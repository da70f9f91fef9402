package io.trailwatch.connector.kinesis.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.local.KinesisEmulator.Endpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KinesisEmulatorITCase {
    private static final Path HOME = Path.of(System.getProperty("trailwatch.home"));
    private static final Path DEFINITION = HOME.resolve("deploy/local");
    private static final Path CACHE = HOME.resolve(".trailwatch/kinesis-local");

    @TempDir Path directory;

    @Test
    void theSameStreamIsFoundWhenCreatedAgain() throws Exception {
        try (KinesisEmulator emulator = KinesisEmulator.start(DEFINITION, CACHE);
                KinesisStreams streams =
                        KinesisStreams.connect(KinesisConnection.emulator(emulator.endpoint()))) {
            assertThat(streams.createIfAbsent("trail", 2))
                    .isEqualTo("arn:aws:kinesis:us-east-1:000000000000:stream/trail")
                    .isEqualTo(streams.createIfAbsent("trail", 5));
        }
    }

    @Test
    void threadsOfOneProcessTakeTurnsAtTheInstallation() {
        List<CompletableFuture<Void>> installations =
                IntStream.range(0, 8)
                        .mapToObj(
                                i ->
                                        CompletableFuture.runAsync(
                                                () -> NodeInstallation.ensure(DEFINITION, CACHE),
                                                task -> new Thread(task).start()))
                        .toList();

        assertThat(installations)
                .allSatisfy(
                        installation ->
                                assertThat(installation).succeedsWithin(Duration.ofMinutes(5)));
        assertThat(CACHE.resolve("installed-lock.json")).exists();
    }

    @Test
    void aDetachedEmulatorAnswersUntilItIsStoppedByItsFile() throws Exception {
        Path pidFile = directory.resolve("kinesis.pid");
        Endpoints endpoints =
                KinesisEmulator.startDetached(DEFINITION, CACHE, Endpoints.free(), pidFile);
        try {
            assertThat(KinesisEmulator.isRunning(pidFile)).isTrue();
            assertThat(accepts(InetAddress.getLoopbackAddress(), endpoints.plainPort())).isTrue();
            assertThatThrownBy(
                            () ->
                                    KinesisEmulator.startDetached(
                                            DEFINITION, CACHE, Endpoints.free(), pidFile))
                    .isInstanceOf(KinesisEmulatorException.class)
                    .hasMessageContaining("already running, see " + pidFile);
        } finally {
            assertThat(KinesisEmulator.stopDetached(pidFile)).isTrue();
        }
        assertThat(KinesisEmulator.isRunning(pidFile)).isFalse();
        assertThat(KinesisEmulator.stopDetached(pidFile)).isFalse();
        assertThat(accepts(InetAddress.getLoopbackAddress(), endpoints.plainPort())).isFalse();
    }

    @Test
    void onlyLoopbackIsServed() throws Exception {
        List<InetAddress> others =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(address -> !address.isLoopbackAddress())
                        .toList();
        try (KinesisEmulator emulator = KinesisEmulator.start(DEFINITION, CACHE)) {
            assertThat(others)
                    .allSatisfy(
                            address ->
                                    assertThat(accepts(address, emulator.endpoint().getPort()))
                                            .isFalse());
        }
    }

    @Test
    void aPidFileOfAnotherProcessIsNotTakenForTheEmulator() throws Exception {
        Path pidFile = directory.resolve("kinesis.pid");
        Files.writeString(pidFile, ProcessHandle.current().pid() + " 1\n");

        assertThat(KinesisEmulator.isRunning(pidFile)).isFalse();
        assertThat(KinesisEmulator.stopDetached(pidFile)).isFalse();
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void aLockFileThatDoesNotFitItsPackageIsReportedInTheWordsOfNpm() throws Exception {
        Files.copy(DEFINITION.resolve("kinesis.cjs"), directory.resolve("kinesis.cjs"));
        Files.writeString(
                directory.resolve("package.json"),
                "{\"name\": \"x\", \"version\": \"1.0.0\", \"dependencies\": {\"y\": \"file:y\"}}");
        Files.writeString(
                directory.resolve("package-lock.json"),
                "{\"name\": \"x\", \"version\": \"1.0.0\", \"lockfileVersion\": 3,"
                        + " \"packages\": {}}");

        assertThatThrownBy(() -> KinesisEmulator.start(directory, directory.resolve("cache")))
                .isInstanceOf(KinesisEmulatorException.class)
                .hasMessageContaining("'npm ci' in")
                .hasMessageContaining("npm error");
    }

    private static boolean accepts(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
