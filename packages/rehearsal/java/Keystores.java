import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * PEM files to Java's key stores, both ways of use in one start: arguments are a folder that holds server.key,
 * server.crt, client.key and client.crt, and the store password. Makes NAME.p12 (key and certificate), and trust.p12
 * with both certificates, so that a JVM may also be its own client.
 */
public final class Keystores {
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        char[] password = arguments[1].toCharArray();
        KeyStore trust = empty();
        for (String name : new String[] {"server", "client"}) {
            Certificate certificate = certificate(folder.resolve(name + ".crt"));
            KeyStore own = empty();
            own.setKeyEntry(name, key(folder.resolve(name + ".key")), password, new Certificate[] {certificate});
            store(own, folder.resolve(name + ".p12"), password);
            trust.setCertificateEntry(name, certificate);
        }
        store(trust, folder.resolve("trust.p12"), password);
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void store(KeyStore store, Path path, char[] password) throws Exception {
        try (OutputStream out = Files.newOutputStream(path)) {
            store.store(out, password);
        }
    }

    private static PrivateKey key(Path path) throws Exception {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pem(path)));
    }

    private static Certificate certificate(Path path) throws Exception {
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem(path)));
    }

    private static byte[] pem(Path path) throws Exception {
        String text = new String(Files.readAllBytes(path), StandardCharsets.US_ASCII);
        return Base64.getMimeDecoder().decode(text.replaceAll("-----[^-]*-----", ""));
    }
}
