package connection

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

var (
	// ErrCredentials is a certificate, key or token that cannot be used.
	ErrCredentials = errors.New("the credentials cannot be used")
	// ErrClearTextToken is a token that would go to another machine without TLS, and does not.
	ErrClearTextToken = errors.New("the token is not sent in clear text")
)

// Identity says whom a client trusts, and how it shows who it is. What is nil is for the environment to say.
type Identity struct {
	// Authorities, Certificate and Key are files in PEM.
	Authorities, Certificate, Key *string
	// TokenFile wins over Token. An empty Token is none.
	TokenFile, Token *string
	// ClearText is whether the token may go to another machine without TLS.
	ClearText *bool
	// Transport stands for the files, if it is there.
	Transport credentials.TransportCredentials
}

// withEnvironment fills in what the variables say.
func (i Identity) withEnvironment() (Identity, error) {
	if i.TokenFile == nil && i.Token == nil {
		i.TokenFile, i.Token = variable("FLUXION_TOKEN_FILE"), variable("FLUXION_TOKEN")
	}
	fill := func(field **string, name string) {
		if *field == nil {
			*field = variable(name)
		}
	}
	fill(&i.Authorities, "FLUXION_TLS_CA")
	fill(&i.Certificate, "FLUXION_CLIENT_CERT")
	fill(&i.Key, "FLUXION_CLIENT_KEY")
	if i.ClearText == nil {
		allowed, err := boolean("FLUXION_INSECURE_TOKEN")
		i.ClearText = &allowed
		return i, err
	}
	return i, nil
}

// variable is nil for one that is empty, too.
func variable(name string) *string {
	value := os.Getenv(name)
	if value == "" {
		return nil
	}
	return &value
}

func boolean(name string) (bool, error) {
	value := os.Getenv(name)
	switch strings.ToLower(value) {
	case "y", "yes", "t", "true", "on", "1":
		return true, nil
	case "", "n", "no", "f", "false", "off", "0":
		return false, nil
	default:
		return false, unusable(fmt.Sprintf("invalid value '%s' for %s: value was not a boolean", value, name))
	}
}

func unusable(reason string) error { return fmt.Errorf("%w: %s", ErrCredentials, reason) }

// credentials are what a connection to host needs. Nothing has been sent when they are refused.
func (i Identity) credentials(host string) (target, credentials.TransportCredentials, *bearer, error) {
	i, err := i.withEnvironment()
	if err != nil {
		return target{}, nil, nil, err
	}
	token, err := i.token()
	if err != nil {
		return target{}, nil, nil, err
	}
	config, err := i.tls()
	if err != nil {
		return target{}, nil, nil, err
	}
	place, err := readTarget(host)
	if err != nil {
		return target{}, nil, nil, err
	}
	transport, err := i.transport(place, config)
	if err != nil {
		return target{}, nil, nil, err
	}
	overheard := !place.near && transport.Info().SecurityProtocol == "insecure"
	if token != nil && overheard && !*i.ClearText {
		return target{}, nil, nil, clearText(host)
	}
	return place, transport, token, nil
}

func clearText(host string) error {
	words := "the token is not sent to %s in clear text, where others could read it on its way: use https://, or allow it"
	return &told{ErrClearTextToken, fmt.Sprintf(words, host)}
}

func (i Identity) transport(place target, config *tls.Config) (credentials.TransportCredentials, error) {
	switch {
	case i.Transport != nil:
		return i.Transport, nil
	case !place.secure:
		return insecure.NewCredentials(), nil
	case config.RootCAs == nil:
		return nil, unusable("https needs the certificates of those who vouch for the server")
	default:
		return credentials.NewTLS(config), nil
	}
}

// tls reads the files, also where they turn out not to be needed: a mistake shows at once.
func (i Identity) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if i.Transport != nil {
		return config, nil
	}
	if i.Authorities != nil {
		pem, err := read(*i.Authorities)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, unusable(*i.Authorities + " has no certificate")
		}
	}
	certificate, err := i.certificate()
	config.Certificates = certificate
	return config, err
}

func (i Identity) certificate() ([]tls.Certificate, error) {
	if i.Certificate == nil && i.Key == nil {
		return nil, nil
	}
	if i.Certificate == nil || i.Key == nil {
		return nil, unusable("neither of certificate and key of the client comes without the other")
	}
	chain, err := read(*i.Certificate)
	if err != nil {
		return nil, err
	}
	key, err := read(*i.Key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, unusable(err.Error())
	}
	return []tls.Certificate{pair}, nil
}

// token is nil if there is none.
func (i Identity) token() (*bearer, error) {
	var text string
	switch {
	case i.TokenFile != nil:
		content, err := read(*i.TokenFile)
		if err != nil {
			return nil, err
		}
		text = string(content)
	case i.Token != nil && *i.Token != "":
		text = *i.Token
	default:
		return nil, nil
	}
	token := bearer(strings.TrimSpace(text))
	for _, letter := range token {
		if letter < ' ' || letter > '~' {
			return nil, unusable("the token has characters that no token has")
		}
	}
	return &token, nil
}

func read(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", file, err)
	}
	if !utf8.Valid(content) {
		return nil, unusable(fmt.Sprintf("cannot read %s: stream did not contain valid UTF-8", file))
	}
	return content, nil
}

// bearer shows a token with each call.
type bearer string

// GetRequestMetadata is the token as gRPC wants it.
func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity leaves it to Identity where a token may go.
func (bearer) RequireTransportSecurity() bool { return false }
